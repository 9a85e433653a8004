"""Class: many phones and one screen; this is the teacher's page and what the projector shows."""

from qmnist_core.ui.classroom.place import keep_teacher, take_private_link
from qmnist_core.ui.classroom.teacher import teachers_view
from qmnist_core.ui.classroom.wall import page
from qmnist_core.ui.frame.page import frame

take_private_link()
frame("class", "Many phones, one screen.", side=teachers_view)
keep_teacher()
page()
