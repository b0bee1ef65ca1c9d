# One image for web, worker lanes and sandbox; the command says which.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIR=/data STATIC_ROOT=/app/staticfiles HOST=0.0.0.0 PORT=8000
WORKDIR /app

COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock

COPY manage.py ./
COPY seedance_web ./seedance_web
COPY generations ./generations
COPY templates ./templates
COPY static ./static
COPY locale ./locale
# A key for this step alone: nothing that is collected depends on it.
RUN useradd --system --uid 10001 --create-home studio \
    && mkdir /data && SECRET_KEY=build python manage.py collectstatic --noinput --verbosity 0 \
    && rm -rf /data && mkdir -m 700 /data && chown studio /data

USER studio
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD \
    python -c "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"
CMD ["python", "-m", "gunicorn", "--config", "python:seedance_web.gunicorn", "seedance_web.wsgi"]
