package shop;

import com.sun.net.httpserver.HttpServer;
import java.io.FileReader;
import java.net.InetSocketAddress;
import java.nio.charset.Charset;
import java.security.MessageDigest;
import java.sql.DriverManager;
import java.text.NumberFormat;
import java.time.*;
import java.time.format.*;
import java.util.*;
import java.util.function.Supplier;

public class Main {
    interface Route {
        String answer() throws Exception;
    }

    static final Map<String, Route> ROUTES = new TreeMap<>();

    public static void main(String[] words) throws Exception {
        ROUTES.put("/", () -> "shop");
        ROUTES.put("/items", () -> {
            var names = new StringJoiner(",");
            for (Item item : ServiceLoader.load(Item.class)) names.add(item.name());
            return names.toString();
        });
        ROUTES.put("/prices", () -> {
            var prices = new Properties();
            prices.load(new FileReader("prices.properties"));
            return prices.getProperty("tea");
        });
        ROUTES.put("/zone", () -> ZonedDateTime.ofInstant(Instant.EPOCH, ZoneId.of("Asia/Tokyo"))
            .format(DateTimeFormatter.ofLocalizedDateTime(FormatStyle.FULL).withLocale(Locale.GERMANY)));
        ROUTES.put("/money", () -> NumberFormat.getCurrencyInstance(Locale.JAPAN).format(1234));
        ROUTES.put("/hash", () -> HexFormat.of().formatHex(MessageDigest.getInstance("SHA3-256").digest("a".getBytes())));
        ROUTES.put("/charset", () -> new String(new byte[] {(byte) 0xa4, (byte) 0xb3}, Charset.forName("EUC-JP")));
        ROUTES.put("/sql", () -> {
            try {
                DriverManager.getConnection("jdbc:none:");
                return "?";
            } catch (java.sql.SQLException error) {
                return error.getMessage();
            }
        });
        ROUTES.put("/script", () -> {
            var process = new ProcessBuilder("uname", "-s").start();
            return new String(process.getInputStream().readAllBytes());
        });
        ROUTES.put("/xml", () -> javax.xml.parsers.DocumentBuilderFactory.newInstance().newDocumentBuilder()
            .parse(new java.io.ByteArrayInputStream("<a b='c'/>".getBytes())).getDocumentElement().getAttribute("b"));
        ROUTES.put("/tls", () -> String.valueOf(javax.net.ssl.SSLContext.getDefault().getSupportedSSLParameters().getProtocols().length));
        HttpServer server = HttpServer.create(new InetSocketAddress(8080), 0);
        server.createContext("/", exchange -> {
            byte[] body;
            int status = 200;
            try {
                Route route = ROUTES.get(exchange.getRequestURI().getPath());
                body = (route == null ? "nothing" : route.answer()).getBytes("UTF-8");
                if (route == null) status = 404;
            } catch (Throwable error) {
                status = 500;
                body = error.toString().getBytes();
            }
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }
}
