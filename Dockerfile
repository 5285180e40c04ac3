# Klankbord in one image for `serve`, `worker` and the one-shot commands.
FROM python:3.11-slim AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE constraints.txt ./
COPY app app
COPY query query
COPY analysis analysis
COPY dashboards dashboards
COPY migrations migrations
RUN python -m venv /opt/klankbord \
 && PIP_CONSTRAINT=constraints.txt /opt/klankbord/bin/pip install --no-cache-dir .

FROM python:3.11-slim
# For the report as PDF.
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 fonts-dejavu-core \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /data klankbord \
 && install -d -o klankbord -m 0700 /data
COPY --from=build /opt/klankbord /opt/klankbord
ENV PATH=/opt/klankbord/bin:$PATH KLANKBORD_DATA_DIR=/data PYTHONDONTWRITEBYTECODE=1
USER klankbord
VOLUME /data
EXPOSE 8000
# The root file system may be read-only: only /data and /tmp are written to.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD \
  ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/livez', timeout=4)"]
ENTRYPOINT ["klankbord"]
CMD ["serve", "--host", "0.0.0.0"]
