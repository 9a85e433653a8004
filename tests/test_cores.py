from __future__ import annotations

import os
import subprocess
import sys

import pytest

GATHERED = """
import os, threading
from qmnist_core.cores import gather, spread

def cores_of_a_thread(found):
    found.append(len(os.sched_getaffinity(0)))

def started():
    found = []
    thread = threading.Thread(target=cores_of_a_thread, args=(found,))
    thread.start()
    thread.join()
    return found[0]

event = threading.Event()
earlier = threading.Thread(target=event.wait)
earlier.start()
with spread():
    print(started())
gather()
print(len(os.sched_getaffinity(0)), len(os.sched_getaffinity(earlier.native_id)), started())
with spread():
    print(started())
print(started())
event.set()
from threadpoolctl import threadpool_info
print(*{library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"})
"""


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system does not let a program choose its cores")
def test_pythons_threads_share_a_core_and_those_of_a_native_library_use_all() -> None:
    n = len(os.sched_getaffinity(0))
    ran = subprocess.run([sys.executable, "-c", GATHERED], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == [str(n), "1", "1", "1", str(n), "1", "1"], "and matrix products stay in their thread"
