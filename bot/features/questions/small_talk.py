"""Greetings, thanks and "what can you do", told from questions by their very words: a real question never matches."""

import unicodedata
from enum import StrEnum


class SmallTalk(StrEnum):
    GREETING = "greeting"
    THANKS = "thanks"
    FAREWELL = "farewell"
    HELP = "help"


_PHRASES = {
    SmallTalk.GREETING: """
        hi|hello|hey|hiya|howdy|yo|hello there|hi there|hey there|good morning|good afternoon|good evening|good day
        morning|greetings|how are you|how are you doing|hows it going|whats up|nice to meet you
        hallo|guten morgen|guten tag|guten abend|servus|moin|grüß gott|grüezi
        bonjour|salut|bonsoir|coucou|hola|buenos días|buenas tardes|buenas|ciao|buongiorno|buonasera|salve
        olá|oi|bom dia|boa tarde|boa noite|hoi|goedemorgen|goedemiddag|goedendag|hej|hejsan|god morgon|hei|moi|terve
        cześć|dzień dobry|ahoj|dobrý den|szia|jó napot|merhaba|selam|günaydın|привет|здравствуйте|добрый день
        привіт|γεια|γεια σας|καλημέρα|שלום|مرحبا|السلام عليكم|नमस्ते|namaste
        こんにちは|おはようございます|你好|您好|안녕하세요
        """,
    SmallTalk.THANKS: """
        thanks|thank you|thx|ty|cheers|many thanks|thanks a lot|thank you very much|thank you so much|thanks so much
        great thanks|ok thanks|okay thanks|perfect thanks|perfect thank you|great thank you|that helped
        that helps|that helped thanks|awesome thanks|cool thanks|got it thanks|much appreciated|appreciate it
        danke|danke schön|dankeschön|vielen dank|besten dank|merci|merci beaucoup|gracias|muchas gracias|grazie
        grazie mille|obrigado|obrigada|muito obrigado|dank je|dank u|dankjewel|bedankt|tack|tack så mycket|takk|tak
        kiitos|dziękuję|dzięki|děkuji|díky|köszönöm|teşekkürler|teşekkür ederim|спасибо|дякую|ευχαριστώ|תודה|شكرا
        धन्यवाद|ありがとう|ありがとうございます|谢谢|謝謝|감사합니다
        """,
    SmallTalk.FAREWELL: """
        bye|goodbye|bye bye|see you|see you later|have a nice day|good night|tschüss|auf wiedersehen|au revoir
        adiós|hasta luego|arrivederci|tchau|doei|hej då
        """,
    SmallTalk.HELP: """
        help|help me|help please|what can you do|what can you do for me|what do you do|what can i ask|what can i ask you
        who are you|what are you|how do you work|how can you help
        how can you help me|can you help me|commands|what commands are there|hilfe|was kannst du|was kann ich fragen
        wer bist du|aide|que peux tu faire|qui es tu|ayuda|qué puedes hacer|quién eres|aiuto|cosa puoi fare|chi sei
        ajuda|o que você pode fazer|hulp|wat kun je|hjälp|pomoc|помощь|что ты умеешь|帮助|你能做什么|ヘルプ|도움말
        """,
}

_ADDRESSEES = ("guildhall", "bot", "all", "everyone", "everybody", "team", "folks", "there", "again")


def _words(text: str) -> str:
    """Case, accents' spelling, punctuation and emoji do not matter; letters and digits do."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("'", "").replace("’", "")
    kept = (c if unicodedata.category(c)[0] in "LMN" else " " for c in folded)
    return " ".join("".join(kept).split())


_KINDS = {
    _words(phrase): kind
    for kind, phrases in _PHRASES.items()
    for line in phrases.splitlines()
    for phrase in line.strip().split("|")
    if phrase
}


def small_talk(text: str) -> SmallTalk | None:
    """What kind of small talk `text` is as a whole; None for anything else."""
    if text.strip() in ("?", "/?"):
        return SmallTalk.HELP
    words = _words(text)
    if words in _KINDS:
        return _KINDS[words]
    first, _, rest = words.partition(" ")
    if rest in _KINDS and _KINDS.get(first) in (SmallTalk.GREETING, SmallTalk.THANKS):
        return _KINDS[rest]  # "hi, what can you do?"
    head, _, addressee = words.rpartition(" ")
    return _KINDS.get(head) if addressee in _ADDRESSEES else None
