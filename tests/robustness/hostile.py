"""Programs that break tools: each is appended to a program with a known finding.

`TEXTS` are texts, `FILES` are the bytes of files.
"""

from __future__ import annotations

from dropout_lint.rules import RULES

WRONG = RULES[0].wrong


def _elif(count: int) -> str:
    return "if a == 0:\n    pass\n" + "".join(f"elif a == {n}:\n    b = {n}\n" for n in range(count))


def _nested(start: str, count: int, end: str) -> str:
    return "".join("    " * n + start + "\n" for n in range(count)) + "    " * count + end


# What Python can run, or at least parse.
PROGRAMS: dict[str, str] = {
    "sum of 300": "x = " + "+".join(["1"] * 300),
    "sum of 900": "x = " + "+".join(["y"] * 900),
    "sum of 5,000": "x = " + "+".join(["1"] * 5_000),
    "sum over 4,000 lines": "x = (1\n" + "+ 1\n" * 4_000 + ")",
    "sum over 4,000 lines, continued": "x = 1" + " + \\\n 1" * 4_000,
    "chain of 450 calls": "x = a" + ".b(1)" * 450,
    "chain of 1,100 calls": "x = a" + ".b(1)" * 1_100,
    "chain of 3,000 calls over lines": "x = (a\n" + "    .b(1)\n" * 3_000 + ")",
    "chain of 200 calls of calls": "x = D" + "(1)" * 200,
    "conjunction of 1,500": "x = " + " and ".join(["a"] * 1_500),
    "comparison of 3,000": "x = " + " < ".join(["a"] * 3_000),
    "string in 2,000 pieces": "x = (" + "'a' " * 2_000 + ")",
    "150 parentheses": "x = " + "(" * 150 + "1" + ")" * 150,
    "90 lists": "x = " + "[" * 90 + "]" * 90,
    "150 dicts": "x = " + "{1: " * 150 + "2" + "}" * 150,
    "100 lambdas": "x = " + "lambda: " * 100 + "1",
    "100 conditionals": "x = " + "1 if a else " * 100 + "2",
    "100 negations": "x = " + "not " * 100 + "a",
    "100 comprehensions": "x = " + "[y for y in " * 90 + "z" + "]" * 90,
    "comprehension of 18 loops": "x = [0" + " for a in range(99)" * 18 + "]",
    "90 functions in functions": _nested("def f():", 90, "pass"),
    "19 loops in loops": _nested("for i in range(1000):", 19, "x = i"),
    "19 loops without an end": _nested("while True:", 19, "x = i"),
    "elif of 1,000": _elif(1_000),
    "elif of 3,000": _elif(3_000),
    "60 branches": "def f(x):\n" + "".join(f"    if x{n}: y = {n}\n" for n in range(60)),
    "2,000 functions": "".join(f"def f{n}(m):\n    m.fit()\n" for n in range(2_000)),
    "2,000 functions that call on": "".join(f"def f{n}(m):\n    f{n + 1}(m.fit())\n" for n in range(2_000)),
    "escaped quotes": "x = '" + "\\'" * 250_000 + "'",
    "escaped quotes in a long string": "x = '''" + "\\'" * 250_000 + "'''",
    "comma after comma": "x = (" + "trainable, " * 40_000 + ")",
    "great power": "x = 10 ** 10 ** 7",
    "great shift": "x = 1 << 10 ** 9",
    "long string": "x = 'x' * 10 ** 9\ny = f'{x:>1000000000}'\nz = '%1000000000d' % 1",
    "long list": "x = [0] * 10 ** 10\ny = list(range(10 ** 10))\nz = x + x",
    "doubled list": "x = [0]\n" + "x = x + x\n" * 60,
    "doubled string": "x = 'ab'\n" + "x += x\n" * 60,
    "billion laughs": "a = ['x']\n" + "a = [a, a, a, a, a, a, a, a]\nb = str(a)\n" * 30,
    "list in itself": "x = []\nx.append(x)\nprint(x == x, str(x), len(x))",
    "dict in itself": "x = {}\nx['x'] = x\ny = {**x}\nfor z in x: x[z + 'y'] = x",
    "bad regular expression": "import re\nx = re.match('(a+)+$', 'a' * 5000 + 'b')",
    "recursion": "def f(n):\n    return f(n + 1)\nf(0)",
    "mutual recursion": "def f(n):\n    return g(n), g(n)\ndef g(n):\n    return f(n), f(n)\nf(0)",
    "recursive generator": "def f():\n    yield from f()\nlist(f())",
    "class of itself": "class A(A): pass\nclass B(C): pass\nclass C(B): pass\nC().x",
    "attributes of itself": "class A:\n    def __getattr__(self, n): return getattr(self, n)\nA().x",
    "property of itself": "class A:\n    @property\n    def x(self): return self.x\nA().x",
    "endless loop": "while True:\n    pass",
    "great loop": "for i in range(10 ** 9):\n    x = [i]",
    "growing loop": "x = [1]\nfor i in x:\n    x.append(i)",
    "1,000 targets": "a = " * 1_000 + "1",
    "1,000 names": ", ".join(f"a{n}" for n in range(1_000)) + " = range(1000)",
    "1,000 arguments": "f(" + ", ".join(f"a{n}={n}" for n in range(1_000)) + ")",
    "1,000 decorators": "@d\n" * 1_000 + "def f(): pass",
    "deep layers": "m = keras.Sequential()\nfor i in range(10 ** 6): m = keras.Sequential([m])\nm.fit()",
    "model in itself": "m = keras.Sequential()\nm.add(m)\nm.trainable = False\nm.fit()",
    "layer in itself": "class L(keras.layers.Layer):\n    def __init__(self):\n        self.me = self\n"
    "    def call(self, x): return self.me(x)\nm = keras.Sequential([L()])\nm.compile('sgd')\nm.fit()",
    "long line": "x = '" + "é" * 100_000 + "'",
    "odd names": "ℌ = ª = 1\nдом = 2\n𝔘𝔫𝔦𝔠𝔬𝔡𝔢 = 3",
    "bare star": "*a, b = *c, *d\nprint(*a, **{})",
    "form feed": "\fx = 1\n\f\ndef f():\n\f    return 1",
    "match": "match x:\n" + "".join(f"    case {{'a': {n}}}: pass\n" for n in range(300)),
    "globals": "globals()['x'] = 1\nexec('y = 2')\neval('z')\n__import__('os').system('true')\ndel keras",
}

# What would take the parser for ever, or end the process.
PROGRAMS |= {
    f"{count} nested patterns, {name}": f"match x:\n    case {start * count}1{end * count}: pass"
    for name, start, end in (
        ("dicts", "{1: ", "}"), ("lists", "[", "]"), ("tuples", "(", ",)"), ("classes", "A(", ")"),
        ("in parentheses", "(", ")"),
    )
    for count in (5, 11, 60)
}  # fmt: skip
PROGRAMS |= {
    "1,000 subscripts over lines": "x = (a\n" + "[1]\n" * 1_000 + ")",
    "1,000 calls over lines": "x = (a\n" + "(1)\n" * 1_000 + ")",
    "400 lines of 999 links": ("x = a" + ".a" * 999 + "\n") * 400,
    "2,000 runs": "[model.fit(x, y) for _ in range(2000)]",
    "50 times 50 runs": "for i in range(50):\n    for j in range(50):\n        model.fit(x, y)",
    "3,000 bases": f"class C({'a, ' * 3_000}): pass",
    "300 classes": "class C0: pass\n" + "".join(f"class C{n}(C{n - 1}): pass\n" for n in range(1, 300)),
    "40 models, twice in the next": "i = keras.Input((3,))\nm0 = keras.Model(i, keras.layers.Dense(3)(i))"
    "\n"
    + "".join(f"m{n} = keras.Model(i, m{n - 1}(m{n - 1}(i)))\n" for n in range(1, 40))
    + "m39.compile('sgd', 'mse')\nm39.fit(x, y)",
}

# What Python, or libcst, refuses.
REFUSED: dict[str, str] = {
    "1,000 calls in each other": "f(\n" * 1_000,
    "2,500 parentheses": "(" * 2_500,
    "300 parentheses in an f-string": "f'{" + "(" * 300 + ")" * 300 + "}'",
    "Python 2": "print 'a'\nexcept A, e:\n    raise A, 'b'",
    "exec of Python 2": "exec 'x' in y",
    "500 lists": "x = " + "[" * 500 + "]" * 500,
    "string in 6,000 pieces": "x = (" + "'a' " * 6_000 + ")",
    "quotes without an end": "'\\" * 250_000,
    "double quotes without an end": '"\\' * 250_000,
    "long strings without an end": "'''\\" * 100_001,
    "open parenthesis": "x = (",
    "bad indentation": "if x:\n        a\n    b",
    "NUL": "\0",
    "NUL in a string": "x = '\0'",
    "lone surrogate": "x = '\ud800'",
    "vertical tab": "\vx = 1",
    "merge conflict": "<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> other",
    "return outside": "return 1\nbreak\ncontinue\nyield 2\nawait x",
    "template strings": "x = t'{a}'",
    "except without parentheses": "try: pass\nexcept A, B: pass",
    "too long": "#\n" * 20_001,
    "100,000 lines": "x = 1\n" * 100_000,
    "10 MB": "x = 1  #" + "y" * 10_000_000,
}

_BODY = WRONG.encode()

FILES: dict[str, bytes] = {
    "BOM": b"\xef\xbb\xbf" + _BODY,
    "CRLF": _BODY.replace(b"\n", b"\r\n"),
    "CR": _BODY.replace(b"\n", b"\r"),
    "mixed line ends": _BODY.replace(b"\n", b"\r\n", 5),
    "no line end": _BODY.rstrip(b"\n"),
    "latin-1": b"# coding: latin-1\n# \xe9\n" + _BODY,
    "unknown encoding": b"# coding: no-such\n" + _BODY,
    "no encoding": b"# coding: undefined\n" + _BODY,
    "of domain names": b"# coding: idna\n" + _BODY,
    "not a text encoding": b"# coding: rot13\n" + _BODY,
    "wrong encoding": b"# \xff\n" + _BODY,
    "BOM and another encoding": b"\xef\xbb\xbf# coding: latin-1\n" + _BODY,
    "UTF-16": WRONG.encode("utf-16"),
    "UTF-32": WRONG.encode("utf-32"),
    "UTF-7": b"# coding: utf-7\n" + _BODY,
    "raw unicode escape": b"# coding: raw_unicode_escape\n# \\ud800\n" + _BODY,
    "NULs": b"\0" * 1_000,
    "empty": b"",
    "binary": bytes(range(256)) * 40,
}
