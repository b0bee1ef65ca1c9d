"""Template filters for durations."""

from django import template

from generations.texts import durations

register = template.Library()
register.filter("lasting", durations.lasting)
register.filter("ago", durations.ago)
