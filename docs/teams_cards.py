"""Makes docs/images/teams-*.png: cards as Microsoft's own renderer draws them, in Teams' colours. With a second folder,
the community's sheets go there instead.

npm install --prefix FOLDER adaptivecards@3.0.6 markdown-it@14.1.0
python -m docs.teams_cards FOLDER/node_modules [FOLDER]
"""

import shutil
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from bot.chat.form import Form
from bot.chat.reply import Citation, Message, Note, Paragraph, Sources, Span
from bot.features.indexing.model import IndexRun, RunProgress, RunState
from bot.features.indexing.run_card import run_message
from bot.features.questions.answer_card import candidates_card
from bot.features.questions.model import Cited
from bot.features.questions.question_card import question_post
from bot.features.questions.unhelpful_form import unhelpful_form
from bot.platforms.teams.render import View, render_card
from bot.platforms.teams.render_form import form_card
from docs import community_cards, news_cards
from docs.request_cards import Sheet, Words, sheets
from knowledge.answer import Outcome
from tests.builders import question
from tests.e2e.conftest import FLAGS

IMAGES = Path(__file__).parent / "images"
RENDERERS = ("adaptivecards/dist/adaptivecards.js", "markdown-it/dist/markdown-it.js")
BASE = "https://guildhall.example.com"
WIDTH, SHEET_WIDTH = 520, 1_060
MOMENT = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)

CITED = (
    Cited(
        "playbooks/renewals.md",
        0,
        "Renewal playbook",
        "Renewal playbook › When the clock starts",
        f"{BASE}/library/renewals",
        "A renewal opens 120 days before the contract ends.",
        "Owner: Customer success lead, changed on 3 March 2027",
        0.9,
    ),
    Cited(
        "metrics/crm.md",
        0,
        "CRM metrics",
        "CRM metrics › Renewal rate",
        f"{BASE}/library/crm",
        "The renewal rate counts contracts, not seats.",
        "Owner: CRM product owner",
        0.8,
    ),
)

PAGE = """<meta charset="utf-8"><style>
body { margin: 16px; background: #f5f5f5; font: 14px/1.4 "Segoe UI", system-ui, sans-serif }
.card { background: #fff; border: 1px solid #e0e0e0; border-radius: 8px }
.sheet { columns: 2; column-gap: 16px }
figure { margin: 0 0 16px; break-inside: avoid }
figcaption { margin-bottom: 4px; color: #616161; font-size: 12px }
.ac-pushButton { padding: 6px 12px; border: 1px solid #d1d1d1; border-radius: 4px; background: #fff; font-weight: 600 }
.style-positive { border-color: #5b5fc7; background: #5b5fc7; color: #fff }
.style-destructive { border-color: #c4314b; background: #c4314b; color: #fff }
.ac-input { padding: 4px 6px; border: 1px solid #d1d1d1; border-radius: 4px; font: inherit }
a { color: #4f52b2 }
</style><main></main>"""

DRAW = """([content, caption]) => {
  const colours = (main, quiet) => ({default: {default: main, subtle: quiet}, accent: {default: "#4f52b2"},
    attention: {default: "#c4314b"}});
  const card = new AdaptiveCards.AdaptiveCard();
  card.hostConfig = new AdaptiveCards.HostConfig({
    spacing: {small: 4, default: 8, medium: 16, large: 24, extraLarge: 32, padding: 16},
    fontFamily: "Segoe UI, system-ui, sans-serif",
    containerStyles: {
      default: {backgroundColor: "#ffffff", foregroundColors: colours("#242424", "#616161")},
      emphasis: {backgroundColor: "#f0f0f0", foregroundColors: colours("#242424", "#616161")},
      accent: {backgroundColor: "#5b5fc7", foregroundColors: colours("#ffffff", "#ffffff")}},
    actions: {maxActions: 6, actionsOrientation: "horizontal", actionAlignment: "left", buttonSpacing: 8}});
  AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, made) => {
    made.outputHtml = markdownit().render(text); made.didProcess = true };
  card.parse(content);
  const figure = document.createElement("figure"), framed = document.createElement("div");
  framed.className = "card";
  framed.append(card.render());
  if (caption) figure.append(Object.assign(document.createElement("figcaption"), {textContent: caption}));
  figure.append(framed);
  document.querySelector("main").append(figure);
  return card.validateProperties().validationEvents.map(event => event.message) }"""


def cards() -> Mapping[str, Mapping[str, object]]:
    """By the picture's name."""
    sources = Sources(
        tuple(Citation(n, each.title, each.place, each.url, each.quote, each.note) for n, each in enumerate(CITED, 1))
    )
    lead = Paragraph((Span("A renewal opens 120 days before the contract ends.", bold=True),))
    review = Note("Customer success owns this source; its review was due on 1 February 2027, so check it.")
    shown = Message("A renewal opens 120 days before the contract ends.", (lead, sources, review))
    answered = question(sources=CITED, shown=shown)
    offered = question(sources=CITED, shown=candidates_card(CITED), outcome=Outcome.CANDIDATES)
    run = IndexRun("r1", RunState.RUNNING, "Dana", MOMENT, progress=RunProgress("reading", 42, 118, "renewals.md"))
    view = View("nonce", "key", native=False)
    return {
        "teams-answer": render_card(question_post(answered, BASE).message, view),
        "teams-candidates": render_card(question_post(offered, BASE).message, view),
        "teams-run": render_card(run_message(run), view),
        "teams-form": form_card(unhelpful_form("q1"), "nonce"),
    }


def draw(browser: Browser, renderers: Path, target: Path, shown: Mapping[str, Mapping[str, object]]) -> None:
    """Several side by side, each under its caption."""
    is_sheet = len(shown) > 1
    page = browser.new_page(viewport={"width": SHEET_WIDTH if is_sheet else WIDTH, "height": 100})
    page.set_content(PAGE)
    for script in RENDERERS:
        page.add_script_tag(path=renderers / script)
    if is_sheet:
        page.evaluate("document.querySelector('main').className = 'sheet'")
    for caption, card in shown.items():
        if problems := page.evaluate(DRAW, [card, caption]):
            raise SystemExit(f"{target.name}, {caption}: {problems}")
    page.screenshot(path=target, full_page=True)
    page.close()


def draw_sheets(browser: Browser, renderers: Path, drawn: Mapping[str, Sheet], folder: Path) -> None:
    for name, sheet in drawn.items():
        shown = {caption: rendered(each) for caption, each in sheet.items()}
        draw(browser, renderers, folder / f"teams-{name}.png", shown)


def rendered(shown: Message | Form) -> Mapping[str, object]:
    return render_card(shown, View("nonce", "key")) if isinstance(shown, Message) else form_card(shown, "nonce")


def main() -> int:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    renderers = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("node_modules")
    if chromium is None or not all((renderers / script).exists() for script in RENDERERS):
        sys.stderr.write(f"No picture was made: it needs Chromium, and both renderers in {renderers}.\n")
        return 1
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        if len(sys.argv) > 2:
            draw_sheets(browser, renderers, community_cards.sheets(), Path(sys.argv[2]))
            return 0
        for name, card in cards().items():
            draw(browser, renderers, IMAGES / f"{name}.png", {"": card})
        draw_sheets(
            browser,
            renderers,
            {**sheets(Words()), "community": community_cards.chosen(), "news": news_cards.chosen()},
            IMAGES,
        )
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
