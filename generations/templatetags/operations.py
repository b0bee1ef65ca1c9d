"""How durations read."""

from django import template

from generations import durations

register = template.Library()
register.filter("lasting", durations.lasting)
register.filter("ago", durations.ago)
