from django.core.management.base import BaseCommand

from items.models import Item


class Command(BaseCommand):
    def handle(self, *args, **options):
        Item.objects.create(name="Tee", price="1234.50")
