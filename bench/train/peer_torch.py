"""Times epochs of PyTorch on the CPU: python peer_torch.py MODEL EPOCHS nchw|channels_last [bfloat16]"""
import json, os, resource, sys, time
import numpy as np
import torch

HEIGHT, WIDTH, IMAGES, BATCH, WARM_UP = 72, 59, 2000, 32, 2
name, epochs, layout = sys.argv[1], int(sys.argv[2]), sys.argv[3]
is_low = sys.argv[4:] == ['bfloat16']
model_of = json.load(open(os.path.join(os.path.dirname(__file__), 'models.json')))[name]
heads = model_of['heads']
layers = []
for text in model_of['layers']:
    kind, *size = text.split(' ')
    if kind == 'conv':
        layers += [torch.nn.LazyConv2d(int(size[0]), 3), torch.nn.ReLU()]
    elif kind == 'pool':
        layers += [torch.nn.MaxPool2d(2)]
    elif kind == 'flatten':
        layers += [torch.nn.Flatten()]
    else:
        layers += [torch.nn.LazyLinear(int(size[0])), torch.nn.ReLU()]
        width = int(size[0])
trunk = torch.nn.Sequential(*layers)
outputs = torch.nn.ModuleList([torch.nn.Linear(width, 2) for _ in range(heads)])
random = np.random.default_rng(1)
x = torch.from_numpy(random.integers(0, 256, (IMAGES, 3, HEIGHT, WIDTH)).astype('float32') / 255)
y = torch.from_numpy(random.integers(0, 2, (IMAGES, heads)))
trunk(x[:1])
if layout == 'channels_last':
    x = x.contiguous(memory_format=torch.channels_last)
    trunk = trunk.to(memory_format=torch.channels_last)
optimizer = torch.optim.Adam([*trunk.parameters(), *outputs.parameters()], 0.001)
entropy = torch.nn.CrossEntropyLoss()
seconds = []
for epoch in range(WARM_UP + epochs):
    start = time.perf_counter()
    order = torch.randperm(IMAGES)
    correct = torch.zeros(heads)
    for first in range(0, IMAGES, BATCH):
        chosen = order[first:first + BATCH]
        with torch.autocast('cpu', dtype=torch.bfloat16, enabled=is_low):
            features = trunk(x[chosen])
            logits = [output(features) for output in outputs]
        loss = sum(entropy(value.float(), y[chosen, head]) for head, value in enumerate(logits))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        loss.item()
        correct += torch.stack([(value.argmax(1) == y[chosen, head]).sum() for head, value in enumerate(logits)])
    if epoch >= WARM_UP:
        seconds.append(time.perf_counter() - start)
print(json.dumps({'seconds': seconds, 'peakBytes': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))
