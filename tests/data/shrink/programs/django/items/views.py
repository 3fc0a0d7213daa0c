from datetime import datetime, timezone

from django.contrib.syndication.views import Feed
from django.core.mail import EmailMessage
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import formats, timezone as zones

from items.models import Item


def index(request):
    return render(request, "items/index.html", {"items": Item.objects.all()})


class _Feed(Feed):
    title = "Shop"
    link = "/"

    def items(self):
        return Item.objects.all()

    def item_title(self, item):
        return item.name

    def item_link(self, item):
        return "/"


def feed(request):
    return _Feed()(request)


def mail(request):
    mail = EmailMessage("Öl", "Körper", "a@example.org", ["b@example.org"])
    return HttpResponse(mail.message().as_string().split("Message-ID")[0].split("Date:")[0])


def when(request):
    moment = datetime(2026, 7, 1, 12, tzinfo=timezone.utc)
    return HttpResponse(formats.date_format(zones.localtime(moment), "DATETIME_FORMAT"))


def broken(request):
    raise RuntimeError("broken")
