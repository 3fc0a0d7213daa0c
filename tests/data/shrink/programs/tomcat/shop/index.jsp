<html><%= 6 * 7 %></html>
