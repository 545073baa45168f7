"""What 137 languages call themselves: most scripts in use, in both directions, with and without case."""

from hypothesis import strategies as st

NAMES = tuple(
    """
    Afrikaans|አማርኛ|العربية|অসমীয়া|Azərbaycan|Башҡортса|Беларуская|Български|বাংলা|བོད་སྐད་|Brezhoneg|Bosanski|Català|
    کوردیی ناوەندی|Čeština|Cymraeg|Dansk|Deutsch|ދިވެހިބަސް|རྫོང་ཁ|Ελληνικά|English|Esperanto|Español|Eesti|Euskara|فارسی|
    Suomi|Filipino|Føroyskt|Français|Frysk|Gaeilge|Gàidhlig|Galego|ગુજરાતી|Hausa|ʻŌlelo Hawaiʻi|עברית|हिन्दी|Hmoob|
    Hrvatski|Kreyòl ayisyen|Magyar|Հայերեն|Bahasa Indonesia|Igbo|Íslenska|Italiano|ᐃᓄᒃᑎᑐᑦ|日本語|Basa Jawa|ქართული|
    Қазақ тілі|Kalaallisut|ខ្មែរ|ಕನ್ನಡ|한국어|Kurdî|Кыргызча|Latina|Lëtzebuergesch|Luganda|Lingála|ລາວ|Lietuvių|Latviešu|
    Malagasy|Te reo Māori|Македонски|മലയാളം|Монгол|ᠮᠣᠩᠭᠣᠯ|मराठी|Bahasa Melayu|Malti|မြန်မာ|Norsk bokmål|नेपाली|
    Nederlands|Norsk nynorsk|Chichewa|Occitan|Oromoo|ଓଡ଼ିଆ|Ирон|ਪੰਜਾਬੀ|Polski|پښتو|Português|Runasimi|Rumantsch|Română|
    Русский|Ikinyarwanda|संस्कृतम्|Саха тыла|سنڌي|Davvisámegiella|සිංහල|Slovenčina|Slovenščina|Gagana Samoa|chiShona|
    Soomaali|Shqip|Српски|Sesotho|Basa Sunda|Svenska|Kiswahili|தமிழ்|తెలుగు|Тоҷикӣ|ไทย|ትግርኛ|Türkmen dili|Setswana|
    Lea fakatonga|Türkçe|Татарча|ئۇيغۇرچە|Українська|اردو|Oʻzbek|Tiếng Việt|Wolof|isiXhosa|ייִדיש|Èdè Yorùbá|中文|粵語|
    isiZulu|ⵜⴰⵎⴰⵣⵉⵖⵜ|ᏣᎳᎩ|ꦧꦱꦗꦮ|𞤆𞤵𞤤𞤢𞤪
    """.replace("\n    ", "")
    .strip()
    .split("|")
)

many_languages = st.lists(st.sampled_from(NAMES), min_size=1, max_size=40).map(" ".join)
"""A text that begins in one and ends in another."""
