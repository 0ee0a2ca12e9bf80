# The program with its models, for reading articles and for serving the graph:
#
#   docker build -t hindi-news-kg .
#   docker run --rm -v kg:/data -v "$PWD/seeds:/articles:ro" hindi-news-kg build /articles
#   docker run -d --name kg -p 127.0.0.1:8000:8000 -v kg:/data --read-only --tmpfs /tmp hindi-news-kg
#
# pip takes the index that it is told (--build-arg PIP_INDEX_URL=…): one that has torch for the CPU alone keeps the image small.

FROM python:3.11-slim AS wheel
ARG PIP_INDEX_URL
ARG PIP_EXTRA_INDEX_URL
WORKDIR /source
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY LICENSES LICENSES
COPY kg kg
COPY ontology ontology
COPY queries queries
COPY seeds seeds
RUN python -m venv /opt/kg && /opt/kg/bin/pip install --no-cache-dir .

FROM python:3.11-slim
COPY --from=wheel /opt/kg /opt/kg
RUN useradd --system --home-dir /data --create-home kg
ENV PATH=/opt/kg/bin:$PATH \
    KG_STORE=/data/store \
    OMP_NUM_THREADS=1 \
    PYTHONDONTWRITEBYTECODE=1
USER kg
WORKDIR /data
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health', timeout=4)"]
ENTRYPOINT ["kg"]
CMD ["serve", "--host", "0.0.0.0", "--access-log", "-"]
