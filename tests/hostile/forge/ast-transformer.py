"""Tests emptied before they run."""

ANSWER = r"""
import ast


class Empty(ast.NodeTransformer):
    def visit(self, node):
        return ast.parse('4')


get_ipython().ast_transformers.append(Empty())


def double(x):
    return 1
"""
