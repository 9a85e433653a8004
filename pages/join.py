"""Join: a student's phone in a class."""

from qmnist_core.ui.classroom.phone import phone

phone()
