"""Clusters: parts are counted by the workers of a Dask cluster, on this machine or on many.

    over_dask(address)(parts)  =  one_by_one(parts), in some order

Nothing but the names of files goes out and nothing but summaries comes back, so the workers must find the files under
the same paths.  A part that was lost with its worker is counted by another one.
Checked by tests/count/test_count_dask.py.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from tinyml.count.files import Part
from tinyml.count.work import Outcome, Workers, count_part
from tinyml.type_variables import A, B

T = TypeVar("T")

AHEAD, RETRIES = 2, 10
PATIENCE = 30  # seconds


class WorkersError(Exception):
    """There are no workers to count, or no longer."""


@contextmanager
def local_cluster(jobs: int) -> Generator[str, None, None]:
    """Start `jobs` worker processes on this machine, reachable from it alone; yield the address of their scheduler."""
    distributed = _imported()
    try:
        cluster = distributed.LocalCluster(
            n_workers=jobs, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0", silence_logs=50
        )
    except (OSError, RuntimeError) as error:
        raise WorkersError(f"{jobs} processes do not start here: {error}") from None
    with cluster:
        yield cluster.scheduler_address


def over_dask(address: str) -> Workers:
    """Return workers that count on the cluster of this scheduler; `WorkersError` when they cannot."""

    def workers(parts: Iterable[Part]) -> Iterator[tuple[Part, Outcome]]:
        distributed = _imported()
        try:
            with distributed.Client(address, set_as_default=False, timeout=PATIENCE) as client:
                client.wait_for_workers(1, timeout=PATIENCE)
                yield from few_at_a_time(client, count_part, ((part, part) for part in parts), AHEAD)
        except distributed.KilledWorker as error:
            raise WorkersError(f"workers were lost too often: {error}") from None
        except (OSError, ValueError, distributed.TimeoutError) as error:
            raise WorkersError(f"{address}: {error}") from None
        except ImportError as error:
            raise WorkersError(f"{address}: the workers need this package, too: {error}") from None

    return workers


def few_at_a_time(
    client: Any, function: Callable[[A], B], tasks: Iterable[tuple[T, A]], ahead: int
) -> Iterator[tuple[T, B]]:
    """Yield each task with what the function made of its argument, as they are done.

    At the scheduler no more than `ahead` wait for each thread of the workers; what was lost with one is done again.
    """
    left, sent = iter(tasks), dict[Any, T]()
    running = _imported().as_completed(loop=client.loop, with_results=True)

    def send() -> None:
        for task, argument in left:
            future = client.submit(function, argument, pure=False, retries=RETRIES)
            sent[future] = task
            running.add(future)
            return

    for _ in range(ahead * max(1, sum(client.nthreads().values()))):
        send()
    for future, result in running:
        yield sent.pop(future), result
        send()


def _imported() -> Any:
    try:
        import distributed  # noqa: PLC0415  an extra
    except ImportError:
        raise WorkersError("several processes need Dask: install the package distributed") from None
    return distributed
