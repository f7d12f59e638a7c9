"""Intake: from the files of a class to answers in their places, without running anything.

submissions    the files of a folder or a zip, each with its student
read           the bytes of a file as cells, or the reason why not
master         what a notebook of exercises asks, gives and checks
rebuild        the master's notebook with the answers of one submission
"""
