# Every construct the Python queries name.
from __future__ import annotations
import os.path, json as j
from ..pkg import (a as b, c)
from . import *

@registry.register("x")
@cached
async def run(first, second: int = 1, /, *args: str, key=None, untyped, **options) -> dict[str, int | None]:
    """Says what it does."""
    global total
    nonlocal_free = lambda: 1
    def free():
        nonlocal nonlocal_free
        nonlocal_free = None
    value = yield
    yield value
    yield from first
    return f"{value!r:>{second}} {{x}}\n" "tail"

class Shape(Base, metaclass=Meta):
    size: int
    name: str = "x"
    other: Union[List[int], None] | Dict[str, int] = {}

    def area(self):
        nonlocal_free, self.total = 1, -2.5
        if (half := self.size // 2) > 1:
            pass
        elif not half:
            return
        else:
            raise ValueError("no") from error
        raise

type Pair[T] = tuple[T, *Ts]

def generic[*Ts](a: list[int].inner) -> None: ...

x = y = [1, (2, 3), {4}, *rest]
x += 1
head, *tail = first, second
(a, b), [c, d] = pairs
items[0], items[1:2, ::3] = table[:], table[a, b]
ok = 1 < x <= 3 and x not in [True, False] or not None
picked = a if b else lambda q, w=2: q
call(1, *args, k=v, **kwargs)(n for n in names if n)
call(*(first))
call((*first))
spread = [(*first), 1]
squares = [n for n in names for m in n if m]
unique = {n for n in names if n}
pairs = {k: v for k, v in items if v}
table = {"a": 1, **more}
empty = [], (), {}, "", f(), f[:]
[] = () = empty
del x, y
assert x
assert x, "why"

async def consume():
    async for part in stream:
        if part:
            break
        continue
    else:
        done()
    while await ready():
        await part
    else:
        pass
    async with open(a) as f, lock:
        pass
    with f:
        pass
    for i in a, b:
        pass
    try:
        pass
    except* (ValueError, KeyError) as error:
        pass
    except TypeError:
        pass
    else:
        pass
    finally:
        pass

match value, other:
    case -1 | 3 | _:
        pass
    case (1, _):
        pass
    case [Point(x=0, y=_, z=w), *_] if value:
        pass
    case {"kind": "text", "items": [1, *rest], **more}:
        pass
    case {_: 1}:
        pass
    case Point(1) as p:
        pass
    case {} | [] | () | "" | Point():
        pass
    case models.Point:
        pass
