"""Train: everything that moves while the network learns, run beside run."""

from qmnist_core.ui.frame.page import checked_dataset, frame
from qmnist_core.ui.shared import fans
from qmnist_core.ui.shared.dock import follow_run, show_dock
from qmnist_core.ui.train.cockpit import cockpit

experiment = frame("train", "Change a setting, and watch.")
dataset = checked_dataset(experiment)
fan = fans.begin(experiment, dataset)
run = follow_run(experiment, dataset)
cockpit(run, dataset, fan)
show_dock(run, dataset)
