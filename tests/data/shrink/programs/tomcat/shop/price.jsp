<%@ page import="java.util.*,java.text.*" %><%= NumberFormat.getCurrencyInstance(Locale.GERMANY).format(3.5) %> <%= request.getParameter("x") %>
