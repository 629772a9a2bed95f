"""SavedModels of a run in Python's TensorFlow, beside what `predict --json` says of the same images.

usage: saved_model.py FOLDER_OF_MODELS PREDICTIONS.jsonl
"""
import json
import os
import sys

import numpy as np
import tensorflow as tf

TOLERANCE = 1e-5
folder, predictions = sys.argv[1:]
with open(predictions) as file:
    ours = [json.loads(line) for line in file]
base = os.path.dirname(predictions)
images = np.stack(
    [tf.io.decode_png(tf.io.read_file(os.path.join(base, each["file"])), 3).numpy() for each in ours]
)
good, says, seen = True, [], set()
for model in sorted(os.listdir(folder)):
    with open(os.path.join(folder, model, "heads.json")) as file:
        heads = json.load(file)["heads"]
    serve = tf.saved_model.load(os.path.join(folder, model)).signatures["serving_default"]
    spec = serve.structured_input_signature[1]["images"]
    whole = serve(images=tf.constant(images))
    for head, pairs in whole.items():
        alone = serve(images=tf.constant(images[:1]))[head].numpy()
        wanted = np.array([each["heads"][head]["probability"] for each in ours])
        predicted = np.array([each["heads"][head]["predicted"] for each in ours])
        worst = float(np.abs(pairs.numpy()[:, -1] - wanted).max())
        worst_alone = float(np.abs(alone[0, -1] - wanted[0]))
        spread = float(wanted.max() - wanted.min())
        columns = 1 if heads[head].get("output") == "sigmoid" else 2
        good &= max(worst, worst_alone) < TOLERANCE and pairs.shape == (len(ours), columns)
        threshold = heads[head]["threshold"]
        other = int(((pairs.numpy()[:, -1] > threshold) != predicted).sum())
        good &= other == 0
        seen.add(head)
        says.append(
            f"  SavedModel {model}, {spec.dtype.name} {spec.shape}: {head} of {len(ours)} images differs by at most"
            f" {worst:.1e}, of one alone by {worst_alone:.1e}; probabilities span {spread:.2f};"
            f" above {threshold} {other} predictions differ"
        )
good &= seen == set(ours[0]["heads"])
print(json.dumps({"good": bool(good), "says": says}))
