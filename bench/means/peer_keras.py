"""Times training with each means of a group in turns, in Keras 3 on TensorFlow: python peer_keras.py GROUP ROUNDS"""
import json, os, sys, time
os.environ['KERAS_BACKEND'] = 'tensorflow'
os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'
import keras
import numpy as np
import tensorflow as tf
from keras import layers

HEIGHT, WIDTH, BATCH, BATCHES, WARM_UP = 72, 59, 32, 3, 1
IMAGES = BATCH * BATCHES
STEPS_OF_RUN = 63 * 15
group, rounds = sys.argv[1], int(sys.argv[2])

def relu(value): return layers.Activation('relu')(value)
def conv(value, filters, activation='relu', **options): return layers.Conv2D(filters, 3, activation=activation, **options)(value)

def residual(value, filters):
    inner = conv(conv(value, filters, padding='same'), filters, None, padding='same')
    shortcut = value if value.shape[-1] == filters else layers.Conv2D(filters, 1)(value)
    return relu(layers.Add()([inner, shortcut]))

def squeeze(value, filters):
    value = conv(value, filters)
    factors = layers.Dense(filters // 16, activation='relu')(layers.GlobalAveragePooling2D()(value))
    factors = layers.Dense(filters, activation='sigmoid')(factors)
    return layers.Multiply()([value, layers.Reshape((1, 1, filters))(factors)])

def later(stage): return lambda value, filters, index: conv(value, filters) if index == 0 else stage(value, filters)
def every(stage): return lambda value, filters, index: stage(value, filters)
def normalised(make): return every(lambda value, filters: relu(make()(conv(value, filters, None))))

def augmentations():
    bounds = {'value_range': (0, 1)}
    return {
        'flip': lambda: layers.RandomFlip('horizontal'),
        'shift': lambda: layers.RandomTranslation(0.06, 0.06, fill_mode='nearest'),
        'zoom': lambda: layers.RandomZoom(0.1, fill_mode='nearest'),
        'rotation': lambda: layers.RandomRotation(0.02, fill_mode='nearest'),
        'brightness': lambda: layers.RandomBrightness(0.1, **bounds),
        'contrast': lambda: layers.RandomContrast(0.2, **bounds),
        'saturation': lambda: layers.RandomSaturation((0.4, 0.6), **bounds),
        'cutout': lambda: layers.RandomErasing(factor=1.0, scale=(0.09, 0.09), **bounds),
    }

everything = 'all augmentations'
def pipeline(): return keras.Sequential([make() for make in augmentations().values()])

LAYERS = {
    'residual blocks': later(residual),
    'separable convolution': later(lambda value, filters: layers.SeparableConv2D(filters, 3, activation='relu')(value)),
    'depthwise convolution': later(lambda value, filters: layers.Conv2D(filters, 1, activation='relu')(layers.DepthwiseConv2D(3, activation='relu')(value))),
    'squeeze and excitation': every(squeeze),
    'batch normalisation': normalised(layers.BatchNormalization),
    'group normalisation': normalised(lambda: layers.GroupNormalization(8)),
    'layer normalisation': normalised(layers.LayerNormalization),
    'spatial dropout': every(lambda value, filters: layers.SpatialDropout2D(0.1)(conv(value, filters))),
}
adam = keras.optimizers.Adam
TRAINING = {
    'class weights': {},
    'label smoothing': {'loss': lambda: keras.losses.CategoricalCrossentropy(label_smoothing=0.1)},
    'focal loss': {'loss': lambda: keras.losses.CategoricalFocalCrossentropy(alpha=1.0, gamma=2.0)},
    'sigmoid output': {'is_sigmoid': True},
    'AdamW': {'optimizer': lambda: keras.optimizers.AdamW(0.001, weight_decay=0.01)},
    'gradient clipping': {'optimizer': lambda: adam(0.001, global_clipnorm=1.0)},
    'cosine schedule': {'optimizer': lambda: adam(keras.optimizers.schedules.CosineDecay(0.001, STEPS_OF_RUN))},
    'average of the weights': {'optimizer': lambda: adam(0.001, use_ema=True, ema_momentum=0.99)},
    'gradient accumulation': {'optimizer': lambda: adam(0.001, gradient_accumulation_steps=2)},
}

random = np.random.default_rng(1)
x = random.integers(0, 256, (IMAGES, HEIGHT, WIDTH, 3)).astype('float32') / 255
labels = [random.integers(0, 2, IMAGES) for _ in range(2)]
one_hot = [np.eye(2, dtype='float32')[label] for label in labels]

class Clock(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None): self.start = time.perf_counter(), time.process_time()
    def on_epoch_end(self, epoch, logs=None): self.took = time.perf_counter() - self.start[0], time.process_time() - self.start[1]

def contender(stage=every(conv), augment=None, loss=keras.losses.CategoricalCrossentropy, optimizer=lambda: adam(0.001), is_sigmoid=False, weights=None, data=None):
    inputs = value = keras.Input((HEIGHT, WIDTH, 3))
    if augment is not None: value = augment()(value)
    for index, filters in enumerate([32, 64, 64]): value = layers.MaxPooling2D(2)(stage(value, filters, index))
    value = layers.Dense(64, activation='relu')(layers.Flatten()(value))
    head = lambda name: layers.Dense(1, activation='sigmoid', name=name) if is_sigmoid else layers.Dense(2, activation='softmax', name=name)
    model = keras.Model(inputs, [head(name)(value) for name in ('h0', 'h1')])
    make = keras.losses.BinaryCrossentropy if is_sigmoid else loss
    model.compile(optimizer(), loss=[make(), make()], metrics=[['accuracy']] * 2)
    target = [label.astype('float32') for label in labels] if is_sigmoid else one_hot
    if data is not None: return lambda clock: model.fit(data(), epochs=1, verbose=0, callbacks=[clock])
    return lambda clock: model.fit(x, target, batch_size=BATCH, epochs=1, verbose=0, callbacks=[clock], sample_weight=weights)

def in_tf_data():
    augment = pipeline()
    batches = tf.data.Dataset.from_tensor_slices((x, tuple(one_hot))).shuffle(IMAGES).batch(BATCH)
    return batches.map(lambda images, targets: (augment(images, training=True), targets), num_parallel_calls=tf.data.AUTOTUNE).prefetch(tf.data.AUTOTUNE)

contenders = {'tutorial': contender()}
if group == 'augmentation':
    contenders |= {name: contender(augment=make) for name, make in augmentations().items()}
    contenders[everything] = contender(augment=pipeline)
    batches = in_tf_data()
    contenders['all augmentations, in tf.data'] = contender(data=lambda: batches)
elif group == 'layers':
    contenders |= {name: contender(stage) for name, stage in LAYERS.items()}
else:
    contenders |= {name: contender(**options) for name, options in TRAINING.items()}
    contenders['class weights'] = contender(weights=[np.where(label == 1, 3.0, 1.0) for label in labels])

took = {name: [] for name in contenders}
for turn in range(WARM_UP + rounds):
    for name, fit in contenders.items():
        clock = Clock()
        fit(clock)
        if turn >= WARM_UP: took[name].append(clock.took)
print(json.dumps({'images': IMAGES, 'means': {
    name: {'seconds': [wall for wall, _ in values], 'processorSeconds': [cpu for _, cpu in values]}
    for name, values in took.items()
}}))
