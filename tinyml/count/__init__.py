"""Count the pairs of a corpus that is larger than memory: `python -m tinyml.count PATH... --out COUNTS.npz`.

    files.py      paths, files, shards, blocks and parts
    words.py      bytes to numbers of words
    sparse.py     sums of which few entries are not 0
    summary.py    the monoid: summaries of texts, and their sum
    work.py       one part, counted
    parts.py      what is counted is kept
    counts.py     the result, and the training set in it
    run.py        all parts, counted and added up
    cluster.py    many processes, by Dask

A word is what `tinyml.ch01_objects.vocabulary.split_words` makes of a text.  Each file is a text of its own: pairs go
across its lines, and not from one file to the next.  numpy is all that this needs; several processes need Dask.
"""

from tinyml.count.cluster import local_cluster, over_dask
from tinyml.count.counts import Counts
from tinyml.count.run import count_corpus
from tinyml.count.summary import Summary, add_up
from tinyml.count.work import one_by_one

__all__ = ["Counts", "Summary", "add_up", "count_corpus", "local_cluster", "one_by_one", "over_dask"]
