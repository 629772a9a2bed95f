"""
The bare Keras script that does what a run does: reads and scales the images of a list, trains 15
epochs with validation, keeps the best weights, writes a log and the predictions.

python peer_keras_run.py LIST FOLDER SEED OUT    LIST: split,file,Male,Smiling
"""
import csv, json, os, resource, sys, time
started = time.perf_counter()
os.environ['KERAS_BACKEND'] = 'tensorflow'
os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'
import keras
import numpy as np
import tensorflow as tf

list_file, folder, seed, out = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
keras.utils.set_random_seed(seed)
rows = list(csv.DictReader(open(list_file)))


def load(split):
    chosen = [row for row in rows if row['split'] == split]

    def image(path):
        image = tf.io.decode_jpeg(tf.io.read_file(path), 3)
        return tf.image.resize(image, (72, 59), method='area') / 255

    files = tf.data.Dataset.from_tensor_slices([os.path.join(folder, row['file']) for row in chosen])
    x = np.stack(list(files.map(image, num_parallel_calls=tf.data.AUTOTUNE).as_numpy_iterator()))
    y = [np.eye(2, dtype='float32')[[int(row[head]) for row in chosen]] for head in ('Male', 'Smiling')]
    return x, y


train, validation = load('train'), load('validation')
layers = keras.layers
inputs = value = keras.Input((72, 59, 3))
for filters in (32, 64, 64):
    value = layers.MaxPooling2D(2)(layers.Conv2D(filters, 3, activation='relu')(value))
value = layers.Dense(64, activation='relu')(layers.Flatten()(value))
outputs = [layers.Dense(2, activation='softmax', name=head)(value) for head in ('Male', 'Smiling')]
model = keras.Model(inputs, outputs)
assert model.count_params() == 200_004
model.compile(keras.optimizers.Adam(0.001), loss=['categorical_crossentropy'] * 2, metrics=[['accuracy']] * 2)
os.makedirs(out, exist_ok=True)
best = os.path.join(out, 'best.weights.h5')
history = model.fit(
    *train, batch_size=32, epochs=15, validation_data=validation, verbose=0,
    callbacks=[
        keras.callbacks.ModelCheckpoint(best, save_best_only=True, save_weights_only=True),
        keras.callbacks.CSVLogger(os.path.join(out, 'metrics.csv')),
    ],
).history
model.load_weights(best)
predicted = model.predict(validation[0], verbose=0)
np.savetxt(os.path.join(out, 'predictions.csv'), np.column_stack([p[:, 1] for p in predicted]), delimiter=',')
epoch = int(np.argmin(history['val_loss']))
print(json.dumps({
    'accuracy': {head: history[f'val_{head}_accuracy'][epoch] for head in ('Male', 'Smiling')},
    'last': {head: history[f'val_{head}_accuracy'][-1] for head in ('Male', 'Smiling')},
    'seconds': time.perf_counter() - started,
    'peakBytes': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
}))
