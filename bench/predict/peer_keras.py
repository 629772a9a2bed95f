"""
Predicts the images of a folder as a Keras script does it, and writes what it says as CSV:
python peer_keras.py MODEL.keras FOLDER OUT.csv HOW    HOW: bilinear or area (tf.data), pillow (a loop)
"""
import csv, json, os, sys, time
os.environ['KERAS_BACKEND'] = 'tensorflow'
os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'
import keras
import numpy as np
import tensorflow as tf

BATCH = 32
model_file, folder, out, how = sys.argv[1:]
model = keras.saving.load_model(model_file, compile=False)
height, width = model.input_shape[1:3]
files = [os.path.join(folder, name) for name in sorted(os.listdir(folder))]
ends = []


class Clock(keras.callbacks.Callback):
    def on_predict_batch_end(self, batch, logs=None):
        ends.append(time.perf_counter())


def with_tf_data():
    def image(path):
        image = tf.io.decode_jpeg(tf.io.read_file(path), 3)
        return tf.image.resize(image, (height, width), method=how) / 255

    images = tf.data.Dataset.from_tensor_slices(files).map(image, num_parallel_calls=tf.data.AUTOTUNE)
    return model.predict(images.batch(BATCH).prefetch(tf.data.AUTOTUNE), verbose=0, callbacks=[Clock()])


def with_pillow():
    from PIL import Image

    answers = []
    for start in range(0, len(files), BATCH):
        images = [
            np.asarray(Image.open(file).convert('RGB').resize((width, height), Image.Resampling.BILINEAR))
            for file in files[start : start + BATCH]
        ]
        answers.append(model.predict_on_batch(np.stack(images).astype('float32') / 255))
        ends.append(time.perf_counter())
    return [np.concatenate(of_head) for of_head in zip(*answers)]


pairs = with_pillow() if how == 'pillow' else with_tf_data()
with open(out, 'w', newline='') as file:
    rows = csv.writer(file)
    rows.writerow(['file', 'head', 'predicted', 'probability'])
    for index, name in enumerate(files):
        for head, answers in zip(model.output_names, pairs):
            rows.writerow([name, head, int(answers[index][1] > 0.5), answers[index][1]])
print(json.dumps({'steady': (len(files) - BATCH) / (ends[-1] - ends[0])}))
