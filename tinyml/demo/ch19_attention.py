"""Attention: how does a place in a sequence read from the others?

Two queries and three keys by hand, then a layer of two heads that cannot look ahead, and a cache.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tinyml.ch01_objects.domain import Product
from tinyml.ch12_para.trees import flattened, initialise
from tinyml.ch19_attention.attending import attend, compared, weighed
from tinyml.ch19_attention.cache import nothing_read, one_by_one
from tinyml.ch19_attention.heads import attention
from tinyml.ch19_attention.sequences import Hidden, Keys, Queries, Values
from tinyml.errors import TinyMLError


def lines() -> Iterator[str]:
    q = Queries(np.array([[1.0, 0.0], [0.0, 1.0]]))
    k = Keys(np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]))
    v = Values(np.array([[1.0, 10.0], [2.0, 20.0], [3.0, 30.0]]))
    mask = np.array([[True, False, True], [True, True, True]])
    scores = compared(2).get(Product(q, k))
    yield f"scores of query 0: {' '.join(f'{score:.6f}' for score in scores[0])}"
    weights = weighed(mask).get(scores)
    for place in (0, 1):
        yield f"weights of query {place}: {' '.join(f'{weight:.6f}' for weight in weights[place])}"
    read = attend(2, mask).get(Product(Product(q, k), v))
    yield f"query 1 reads {' '.join(f'{number:.6f}' for number in read[1])}"
    try:
        weighed(np.array([[False, False]]))
    except TinyMLError as error:
        yield f"{error}"
    layer, rng = attention(4, 2), np.random.default_rng(1)
    own = initialise(layer.parameters, rng)
    yield f"a layer of two heads: {flattened(layer.parameters).source.points.size[0]} numbers"
    x = Hidden(rng.normal(size=(4, 4)))
    other = Hidden(np.concatenate([x[:2], rng.normal(size=(2, 4))]))
    heard = [layer.get(Product(own, rows))[:2] for rows in (x, other)]
    yield f"what changes at places 0 and 1 if 2 and 3 change: {abs(heard[0] - heard[1]).max():.1f}"
    _, said = one_by_one(own, 4, 2).run(nothing_read(4, 2), [Hidden(row) for row in x])
    yield f"a cache says the same: {np.allclose(said, layer.get(Product(own, x)), rtol=0, atol=1e-12)}"
