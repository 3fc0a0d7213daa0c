from django.contrib import admin
from django.urls import path
from items import views

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", views.index),
    path("feed", views.feed),
    path("mail", views.mail),
    path("when", views.when),
    path("broken", views.broken),
]
