"""What people write: wishes that always count, answers and small talk in seven languages, and what no hand types."""

STOPS = ("stop", "baja por favor", "me désabonner", "配信停止", "إلغاء الاشتراك", "leiratkozás", "odhlásit odběr")
DELETES = ("delete my data", "supprimez mes données", "個人情報を削除してください", "smažte moje údaje")
PERSONS = ("can I speak to a human", "quiero hablar con una persona", "担当者と話したい", "chci mluvit s člověkem")
BARRIERS = (
    "too expensive",
    "es demasiado caro",
    "les frais de port sont trop chers",
    "サイズが合うか不安",
    "السعر مرتفع جدا",
    "nem bízom a boltban",
    "už to nepotřebuji",
    "I bought it somewhere else",
    "my wife decides",
    "the page broke at checkout",
)
WISHES = ("maybe later", "ask me tomorrow", "I have bought it from you already", "do you ship to Malta?", "どうして？")
LABELS = (
    "The price",
    "Something else",
    "Yes, stop",
    "No, go on",
    "Yes, delete it",
    "No, keep it",
    "Čeština",
    "Please stop",
)
SMALL_TALK = ("ok", "thanks", "hello", "👍", "merci", "köszönöm")
ODD = (
    "",
    " ",
    "\x00",
    "\u200b\u200f\u202e",
    "😀" * 50,
    "e\u0301" * 400,
    "\ud83d".encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"),
    "ﷺ" * 30,
    "!stop",
    "{ $shop }",
    "-term = x",
    "<b>price</b>",
    "x" * 5000,
    "link:preferences",
)
PHRASES = (*STOPS, *DELETES, *PERSONS, *BARRIERS, *WISHES, *LABELS, *SMALL_TALK, *ODD)
