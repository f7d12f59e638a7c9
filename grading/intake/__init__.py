"""Intake: from the files of a class to answers in their places, without running anything.

archives       zips, which are read and never unpacked
submissions    the files of a folder or a zip, each with its student
names          what Canvas and Moodle write into names
chapters       those of them that are of the chapter that is graded
limits         how much of one student's files is looked at
pictures       what was pasted into a text
read           the bytes of a file as cells, or the reason why not
master         what a notebook of exercises asks, gives and checks
merged         what a reader wrote into the cell of a check
rebuild        the master's notebook with the answers of one submission
"""
