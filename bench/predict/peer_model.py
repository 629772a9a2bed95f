"""Writes a saved tfjs layers model as a Keras file, with the same weights: python peer_model.py FOLDER FILE.keras"""
import json, os, sys
os.environ['KERAS_BACKEND'] = 'tensorflow'
os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'
import keras
import numpy as np

folder, target = sys.argv[1:]
saved = json.load(open(os.path.join(folder, 'model.json')))
topology = saved['modelTopology']
bytes_ = open(os.path.join(folder, 'weights.bin'), 'rb').read()
weights, at = {}, 0
for spec in saved['weightsManifest'][0]['weights']:
    count = int(np.prod(spec['shape']))
    weights[spec['name']] = np.frombuffer(bytes_, 'float32', count, at).reshape(spec['shape'])
    at += 4 * count

make = {
    'Conv2D': lambda c: keras.layers.Conv2D(c['filters'], c['kernel_size'], c['strides'], c['padding'], activation=c['activation'], name=c['name']),
    'MaxPooling2D': lambda c: keras.layers.MaxPooling2D(c['pool_size'], c['strides'], c['padding'], name=c['name']),
    'Flatten': lambda c: keras.layers.Flatten(name=c['name']),
    'Dense': lambda c: keras.layers.Dense(c['units'], activation=c['activation'], name=c['name']),
}
values = {}
for layer in topology['config']['layers']:
    name, config = layer['name'], layer['config']
    if layer['class_name'] == 'InputLayer':
        values[name] = inputs = keras.Input(config['batch_input_shape'][1:])
        continue
    [[[before, *_]]] = layer['inbound_nodes']
    values[name] = make[layer['class_name']](config)(values[before])
heads = [output[0] for output in topology['config']['output_layers']]
model = keras.Model(inputs, [values[head] for head in heads])
for layer in model.layers:
    if layer.weights:
        layer.set_weights([weights[f'{layer.name}/{kind}'] for kind in ('kernel', 'bias')])
model.save(target)
