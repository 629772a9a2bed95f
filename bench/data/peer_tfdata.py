"""
The same work with tf.data on all cores: read, decode, scale, bytes in batches.

python peer_tfdata.py FOLDER METHOD [once]    METHOD: area (our filter) or bilinear (tf.image.resize's default)

With `once` the first pass is all there is: the whole process is timed from outside.
"""
import json, os, sys, time
os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'
import tensorflow as tf

folder, method, *times = sys.argv[1:]
files = [os.path.join(folder, name) for name in sorted(os.listdir(folder))]


def image(path):
    image = tf.io.decode_jpeg(tf.io.read_file(path), 3)
    return tf.cast(tf.round(tf.image.resize(image, (72, 59), method=method)), tf.uint8)


def once():
    data = tf.data.Dataset.from_tensor_slices(files).map(image, num_parallel_calls=tf.data.AUTOTUNE)
    started, first = time.perf_counter(), None
    images = 0
    for batch in data.batch(64).prefetch(tf.data.AUTOTUNE):
        images += batch.shape[0]
        first = first or (images, time.perf_counter())
    ended = time.perf_counter()
    return {'whole': images / (ended - started), 'steady': (images - first[0]) / (ended - first[1])}


result = once()
print(json.dumps(result if times else once()))
