"""
The same work with a PyTorch DataLoader and Pillow, a process for each core.

python peer_torch_loader.py FOLDER METHOD [once]    METHOD: box (our filter), bilinear, or draft (bilinear, after JPEG's own halving)
"""
import json, os, sys, time
import numpy as np
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset

folder, method, *times = sys.argv[1:]
files = [os.path.join(folder, name) for name in sorted(os.listdir(folder))]
FILTER = Image.Resampling.BOX if method == 'box' else Image.Resampling.BILINEAR


class Images(Dataset):
    def __len__(self):
        return len(files)

    def __getitem__(self, index):
        with Image.open(files[index]) as image:
            if method == 'draft':
                image.draft('RGB', (59, 72))
            return torch.from_numpy(np.array(image.convert('RGB').resize((59, 72), FILTER)))


def once(loader):
    started, first = time.perf_counter(), None
    images = 0
    for batch in loader:
        images += batch.shape[0]
        first = first or (images, time.perf_counter())
    ended = time.perf_counter()
    return {'whole': images / (ended - started), 'steady': (images - first[0]) / (ended - first[1])}


if __name__ == '__main__':
    loader = DataLoader(Images(), batch_size=64, num_workers=os.cpu_count(), prefetch_factor=4)
    result = once(loader)
    print(json.dumps(result if times else once(loader)))
