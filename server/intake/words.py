"""
The words that rules begin with, in Dutch and English: data, to be edited by hand and by the organiser.

A word matches as a whole, whatever its capitals, accents or look-alike letters; `word*` also matches what begins with
it; words with spaces match as a phrase. Short lists on purpose: a person reads what waits, and a long list learns
nobody manners but does take innocent people's posts away. Illnesses stand here only where they are used as abuse.
"""

from __future__ import annotations

SEVERE = (
    # Dutch
    "hoerenjong", "hoerenzoon", "kankerhoer", "kankerhond", "kankerjood", "kankerlijer*", "kankermongool*",
    "kankerneger", "kankerwijf", "kankerzwarte*", "klotejood", "kutjood", "kutmarokkaan*", "kutmoslim*", "kutneger",
    "kutturk*", "kutwijf", "kuthoer", "nikker", "nikkers", "teringhoer", "teringlijer*", "tyfushoer", "tyfuslijer*",
    "pleurislijer*", "zandneger*", "hoop dat je doodgaat", "maak jezelf dood", "joden aan het gas", "sieg heil",
    "heil hitler",
    # English
    "cunt", "cunts", "faggot", "faggots", "kike", "kikes", "kill yourself", "kys", "nigga*", "nigger*", "paki",
    "pakis", "raghead*", "gas the jews",
)  # fmt: skip
"""Abuse of a person or a people: rejected. A moderator can still show the post."""

MILD = (
    # Dutch
    "bitch", "debiel", "debielen", "eikel", "eikels", "flikker", "flikkers", "godver*", "hoer", "hoeren", "idioot",
    "idioten", "imbeciel*", "kankeren", "klojo", "kloot", "klootzak*", "kloten", "klote", "kut", "lul", "lullen",
    "mafkees", "mongool", "mongolen", "neger", "negers", "neuk*", "pedo", "pedofiel*", "slet", "sletten", "sukkel*",
    "tering", "trut", "tyfus", "ga dood", "val dood", "hou je bek", "houd je bek", "rot op", "kanker op",
    # English
    "arsehole*", "asshole*", "bastard*", "bullshit", "crap", "dickhead*", "dumbass", "fuck*", "idiot", "idiots",
    "moron*", "motherfuck*", "porn", "porno", "pussy", "retard", "retards", "tranny", "trannies", "white power",
    "shit*", "slut*", "twat*", "wanker*", "whore*", "shut up",
)  # fmt: skip
"""Coarse, or innocent in another sentence: a person reads it first."""

EMERGENCY = (
    # Dutch
    "aanslag*", "alarm", "brand", "brandalarm", "brandt", "brandmelding", "bom", "bommen", "bommelding*",
    "bomalarm", "evacu*", "explosie*", "gaslek", "gijzel*", "in brand", "levensgevaar*", "noodgeval",
    "noodsituatie", "ontplof*", "ontruim*", "schietpartij*", "schutter*", "terreur*", "terrorist*",
    "iedereen eruit", "iedereen naar buiten", "verlaat het pand", "verlaat de zaal", "verlaat het gebouw", "wapen",
    "wapens", "gewapend*",
    # English
    "active shooter*", "bomb", "bombs", "bomb threat", "emergency", "explosion*", "fire", "fire alarm", "gas leak",
    "gun", "gunman", "gunshot*", "hostage*", "leave the building", "leave the room", "shooter*", "shooting",
    "terror*", "weapon*", "lockdown", "everybody out", "everyone out",
)  # fmt: skip
"""What a false alarm is made of: a hall that runs is worse than a post that waits."""

RESERVED_NAMES = (
    "admin", "administrator", "ambulance", "bedrijfshulpverlening", "beheerder", "beveiliging", "bhv", "brandweer",
    "crew", "dagvoorzitter", "ehbo", "fontein", "helpdesk", "host", "moderatie", "moderator", "official",
    "officieel", "organisatie", "organisatoren", "organisator", "organiser", "organisers", "organisation",
    "organization", "organizer", "organizers", "politie", "police", "security", "staff", "symposium", "voorzitter",
    "zaalwacht",
)  # fmt: skip
"""Names that a hall takes for the organisation. The symposium's own are added to them."""

SHORTENERS = (
    "adf.ly", "bit.do", "bit.ly", "bl.ink", "buff.ly", "clck.ru", "cutt.ly", "goo.gl", "is.gd", "kutt.it", "ow.ly",
    "qr.ae", "rb.gy", "rebrand.ly", "s.id", "short.io", "shorturl.at", "soo.gd", "t.ly", "tiny.cc", "tinyurl.com",
    "urlz.fr", "v.gd", "vk.cc",
)  # fmt: skip
"""Services where anybody hides any address. t.co and lnkd.in are not here: their networks wrap every honest link so."""
