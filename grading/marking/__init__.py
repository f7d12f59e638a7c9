"""Marking: verdicts on the answers of a class, a process for each file.

checker     the checks of a master against the answers in a box
session     the box with the cells of a submission in it
programs    what the type checker says of the programs of a class
edition     what a mark depends on beside the file and the master
record      the verdicts on one file, as they are stored
fork        a computation in a copy of this process, with limits
file        one file, each step of the way in a fork
worker      one file after another, in a process of its own
run         a class on this machine
cluster     a class over Dask
"""
