"""Fixes: the cures that rules ask for, as edits of the text.

A rule names nodes (`repair.Repair`); each kind of change is a module here that turns it into
positions and texts (`edits` asks them), or gives up: what is not certainly right is no fix.
`attempts` tries them and `proof` says whether a program is better for them, to the command line
(`applying`) and to editors alike. Rules import `repair` alone, which needs no syntax tree.
"""
