"""Times epochs of Keras 3's fit on TensorFlow: python peer_keras.py MODEL EPOCHS [PRECISION]"""
import json, os, resource, sys, time
os.environ['KERAS_BACKEND'] = 'tensorflow'
os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'
import keras
import numpy as np

HEIGHT, WIDTH, IMAGES, BATCH, WARM_UP = 72, 59, 2000, 32, 2
name, epochs = sys.argv[1], int(sys.argv[2])
keras.mixed_precision.set_dtype_policy(sys.argv[3] if len(sys.argv) > 3 else 'float32')
model_of = json.load(open(os.path.join(os.path.dirname(__file__), 'models.json')))[name]
heads = model_of['heads']
make = {
    'conv': lambda size: keras.layers.Conv2D(size, 3, activation='relu'),
    'pool': lambda size: keras.layers.MaxPooling2D(2),
    'flatten': lambda size: keras.layers.Flatten(),
    'dense': lambda size: keras.layers.Dense(size, activation='relu'),
}
inputs = value = keras.Input((HEIGHT, WIDTH, 3))
for text in model_of['layers']:
    kind, *size = text.split(' ')
    value = make[kind](int(size[0]) if size else None)(value)
outputs = [keras.layers.Dense(2, activation='softmax', name=f'h{i}', dtype='float32')(value) for i in range(heads)]
model = keras.Model(inputs, outputs)
model.compile(keras.optimizers.Adam(0.001), loss=['categorical_crossentropy'] * heads, metrics=[['accuracy']] * heads)
random = np.random.default_rng(1)
x = random.integers(0, 256, (IMAGES, HEIGHT, WIDTH, 3)).astype('float32') / 255
y = [np.eye(2, dtype='float32')[random.integers(0, 2, IMAGES)] for _ in range(heads)]


class Clock(keras.callbacks.Callback):
    seconds = []

    def on_epoch_begin(self, epoch, logs=None):
        self.start = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        if epoch >= WARM_UP:
            self.seconds.append(time.perf_counter() - self.start)


model.fit(x, y, batch_size=BATCH, epochs=WARM_UP + epochs, verbose=0, callbacks=[Clock()])
print(json.dumps({'seconds': Clock.seconds, 'peakBytes': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))
