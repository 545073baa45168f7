"""People on each platform, as the contract suite drives them: one `Driver` a platform, over its real endpoint.

- `driver.py`   what every driver can do, and what it sees
- `web.py`      a browser's requests, and the page's HTML
- `slack.py`    signed requests of Slack, and what stands in the fake one
- `teams.py`    activities of the Bot Framework, and what stands at the fake Bot Connector
- `teams_native.py` the same as Teams itself has it rather than its Playground: signed, thumbs, dialogs
- `product.py`  Guildhall with all three, in this process, on a small library
- `probe.py`    the same platforms with handlers that only say that they were reached
- `parity.py`   every route on every platform, as a table
"""
