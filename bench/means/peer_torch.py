"""Times training with each means of a group in turns, in PyTorch with torchvision: python peer_torch.py GROUP ROUNDS"""
import json, sys, time
import numpy as np
import torch
from torch import nn
from torch.nn.functional import layer_norm

HEIGHT, WIDTH, BATCH, BATCHES, WARM_UP = 72, 59, 32, 3, 1
IMAGES = BATCH * BATCHES
STEPS_OF_RUN = 63 * 15
group, rounds = sys.argv[1], int(sys.argv[2])
# Threads that wait for each other would count as processor time.
torch.set_num_threads(1)

class Residual(nn.Module):
    def __init__(self, channels, filters):
        super().__init__()
        self.inner = nn.Sequential(nn.Conv2d(channels, filters, 3, padding=1), nn.ReLU(), nn.Conv2d(filters, filters, 3, padding=1))
        self.shortcut = nn.Identity() if channels == filters else nn.Conv2d(channels, filters, 1)

    def forward(self, x): return torch.relu(self.inner(x) + self.shortcut(x))

class Squeeze(nn.Module):
    def __init__(self, filters):
        super().__init__()
        self.factors = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(filters, filters // 16, 1), nn.ReLU(), nn.Conv2d(filters // 16, filters, 1), nn.Sigmoid())

    def forward(self, x): return x * self.factors(x)

class ChannelNorm(nn.Module):
    """Keras's LayerNormalization: over the channels of each pixel."""
    def __init__(self, filters):
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.ones(filters)), nn.Parameter(torch.zeros(filters))

    def forward(self, x): return layer_norm(x.permute(0, 2, 3, 1), self.weight.shape, self.weight, self.bias, 1e-3).permute(0, 3, 1, 2)

def conv(channels, filters): return [nn.Conv2d(channels, filters, 3), nn.ReLU()]
def later(stage): return lambda channels, filters: conv(channels, filters) if channels == 3 else stage(channels, filters)
def normalised(make): return lambda channels, filters: [nn.Conv2d(channels, filters, 3), make(filters), nn.ReLU()]

LAYERS = {
    'residual blocks': later(lambda channels, filters: [Residual(channels, filters)]),
    'separable convolution': later(lambda channels, filters: [nn.Conv2d(channels, channels, 3, groups=channels, bias=False), nn.Conv2d(channels, filters, 1), nn.ReLU()]),
    'depthwise convolution': later(lambda channels, filters: [nn.Conv2d(channels, channels, 3, groups=channels), nn.ReLU(), nn.Conv2d(channels, filters, 1), nn.ReLU()]),
    'squeeze and excitation': lambda channels, filters: [*conv(channels, filters), Squeeze(filters)],
    'batch normalisation': normalised(nn.BatchNorm2d),
    'group normalisation': normalised(lambda filters: nn.GroupNorm(8, filters)),
    'layer normalisation': normalised(ChannelNorm),
    'spatial dropout': lambda channels, filters: [*conv(channels, filters), nn.Dropout2d(0.1)],
}

def augmentations():
    # torchvision's wheel has operations for CUDA, which PyTorch for the CPU does not load. Its transforms
    # need none of them, but its import asks for the names of two.
    stub = torch.library.Library('torchvision', 'DEF')
    for name in ['nms', 'qnms']: stub.define(f'{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor')
    from torchvision.transforms import InterpolationMode, v2
    bilinear = {'interpolation': InterpolationMode.BILINEAR}
    return {
        'flip': v2.RandomHorizontalFlip(),
        'shift': v2.RandomAffine(0, translate=(0.06, 0.06), **bilinear),
        'zoom': v2.RandomAffine(0, scale=(0.9, 1.1), **bilinear),
        'rotation': v2.RandomAffine(7.2, **bilinear),
        'brightness': v2.ColorJitter(brightness=0.1),
        'contrast': v2.ColorJitter(contrast=0.2),
        'saturation': v2.ColorJitter(saturation=0.2),
        'cutout': v2.RandomErasing(p=1.0, scale=(0.09, 0.09)),
        # One affine map and one change of colours do the work of six, as people write it.
        'all augmentations': v2.Compose([
            v2.RandomHorizontalFlip(),
            v2.RandomAffine(7.2, translate=(0.06, 0.06), scale=(0.9, 1.1), **bilinear),
            v2.ColorJitter(brightness=0.1, contrast=0.2, saturation=0.2),
            v2.RandomErasing(p=1.0, scale=(0.09, 0.09)),
        ]),
    }

random = np.random.default_rng(1)
x = torch.from_numpy(random.integers(0, 256, (IMAGES, 3, HEIGHT, WIDTH)).astype('uint8'))
y = torch.from_numpy(random.integers(0, 2, (IMAGES, 2)))

entropy = nn.CrossEntropyLoss

def focal(logits, target):
    chosen = torch.log_softmax(logits, 1).gather(1, target[:, None])[:, 0]
    return -((1 - chosen.exp()) ** 2 * chosen).mean()

def sigmoid(logits, target): return nn.functional.binary_cross_entropy_with_logits(logits[:, 0], target.float())

class Contender:
    def __init__(self, stage=conv, transform=None, loss=entropy(), decay=0.0, clip=None, schedule=None, ema=None, accumulate=1, outputs=2, mix=None):
        channels = 3
        parts = []
        for filters in [32, 64, 64]:
            parts += [*stage(channels, filters), nn.MaxPool2d(2)]
            channels = filters
        trunk = nn.Sequential(*parts, nn.Flatten(), nn.LazyLinear(64), nn.ReLU())
        trunk(torch.zeros(2, 3, HEIGHT, WIDTH))
        self.model = nn.ModuleList([trunk, nn.Linear(64, outputs), nn.Linear(64, outputs)]).to(memory_format=torch.channels_last)
        make = torch.optim.AdamW if decay > 0 else torch.optim.Adam
        self.optimizer = make(self.model.parameters(), 0.001, **({'weight_decay': decay} if decay > 0 else {}))
        self.schedule = schedule and schedule(self.optimizer)
        self.average = ema and torch.optim.swa_utils.AveragedModel(self.model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(ema))
        self.loss, self.clip, self.accumulate, self.transform, self.mix = loss, clip, accumulate, transform, mix

    def batches(self):
        order = torch.randperm(IMAGES)
        for first in range(0, IMAGES, BATCH):
            chosen = order[first:first + BATCH]
            # Each image by itself, as a DataLoader does: on a batch, a transform draws once for all images.
            yield x[chosen] if self.transform is None else torch.stack([self.transform(x[at]) for at in chosen]), y[chosen]

    def train(self):
        start = time.perf_counter(), time.process_time()
        for batch, (images, labels) in enumerate(self.batches()):
            images = (images.float() / 255).contiguous(memory_format=torch.channels_last)
            trunk, *heads = self.model
            features = trunk(images)
            logits = [head(features) for head in heads]
            if self.mix:
                # As torchvision's v2.MixUp: one fraction for a batch, with probabilities for labels.
                fraction = np.random.beta(self.mix, self.mix)
                images = fraction * images + (1 - fraction) * images.roll(1, 0)
                targets = torch.nn.functional.one_hot(labels, 2).float()
                labels = fraction * targets + (1 - fraction) * targets.roll(1, 0)
            loss = sum(self.loss(value, labels[:, head]) for head, value in enumerate(logits)) / self.accumulate
            loss.backward()
            loss.item()
            if (batch + 1) % self.accumulate != 0: continue
            if self.clip is not None: nn.utils.clip_grad_norm_(self.model.parameters(), self.clip)
            self.optimizer.step()
            self.optimizer.zero_grad()
            if self.schedule: self.schedule.step()
            if self.average: self.average.update_parameters(self.model)
        return time.perf_counter() - start[0], time.process_time() - start[1]

scheduled = torch.optim.lr_scheduler
TRAINING = {
    'class weights': {'loss': entropy(weight=torch.tensor([1.0, 3.0]))},
    'label smoothing': {'loss': entropy(label_smoothing=0.1)},
    'focal loss': {'loss': focal},
    'sigmoid output': {'loss': sigmoid, 'outputs': 1},
    'AdamW': {'decay': 0.01},
    'gradient clipping': {'clip': 1.0},
    'cosine schedule': {'schedule': lambda optimizer: scheduled.CosineAnnealingLR(optimizer, STEPS_OF_RUN)},
    'one-cycle schedule': {'schedule': lambda optimizer: scheduled.OneCycleLR(optimizer, 0.001, total_steps=STEPS_OF_RUN)},
    'average of the weights': {'ema': 0.99},
    'gradient accumulation': {'accumulate': 2},
}
contenders = {'tutorial': Contender()}
if group == 'augmentation':
    contenders |= {name: Contender(transform=transform) for name, transform in augmentations().items()}
    contenders['mixup'] = Contender(mix=0.2)
elif group == 'layers':
    contenders |= {name: Contender(stage) for name, stage in LAYERS.items()}
else:
    contenders |= {name: Contender(**options) for name, options in TRAINING.items()}
took = {name: [] for name in contenders}
for turn in range(WARM_UP + rounds):
    for name, each in contenders.items():
        seconds = each.train()
        if turn >= WARM_UP: took[name].append(seconds)
print(json.dumps({'images': IMAGES, 'means': {
    name: {'seconds': [wall for wall, _ in values], 'processorSeconds': [cpu for _, cpu in values]}
    for name, values in took.items()
}}))
