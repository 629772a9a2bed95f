"""Event files of a run, as TensorBoard and TensorFlow read them, beside its metrics.csv.

usage: event_files.py RUN_FOLDER
"""
import csv
import glob
import json
import os
import sys

import tensorflow as tf
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import plugin_data_pb2

# Values are float32 in an event.
TOLERANCE = 1e-6
run = sys.argv[1]
with open(os.path.join(run, "metrics.csv")) as file:
    wanted = {
        (row["split"], f"{row['head']}/{kind}", int(row["epoch"])): float(row[kind])
        for row in csv.DictReader(file)
        for kind in ("loss", "accuracy")
    }
found, worst = 0, 0.0
for split in ("train", "validation"):
    reader = EventAccumulator(os.path.join(run, "tensorboard", split))
    reader.Reload()
    for tag in reader.Tags()["scalars"]:
        for scalar in reader.Scalars(tag):
            value = wanted.get((split, tag, scalar.step))
            if value is not None:
                found, worst = found + 1, max(worst, abs(value - scalar.value))
reader = EventAccumulator(os.path.join(run, "tensorboard"))
reader.Reload()
plugin = reader._plugin_to_tag_to_content["hparams"]
parts = [plugin_data_pb2.HParamsPluginData.FromString(each) for each in plugin.values()]
starts = [len(part.session_start_info.hparams) for part in parts if part.HasField("session_start_info")]
ends = [part.session_end_info.status for part in parts if part.HasField("session_end_info")]
files = glob.glob(os.path.join(run, "tensorboard", "**", "events*"), recursive=True)
events = sum(1 for file in files for _ in tf.compat.v1.train.summary_iterator(file))
good = found == len(wanted) > 0 and worst < TOLERANCE and len(starts) == len(ends) == 1 and starts[0] > 0
says = [
    f"  TensorBoard: {found} of {len(wanted)} values of metrics.csv, largest difference {worst:.1e};"
    f" hparams with {starts} settings, status {ends}; summary_iterator: {events} events in {len(files)} files"
]
print(json.dumps({"good": bool(good), "says": says}))
