import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLContext;

/** A service whose routes each need a part of the runtime. */
public class App {
    public static void main(String[] args) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(8080), 0);
        server.createContext("/", exchange -> send(exchange, () -> "hello"));
        server.createContext("/hash", exchange -> send(exchange, () ->
            HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest("x".getBytes()))));
        server.createContext("/zone", exchange -> send(exchange, () ->
            Instant.EPOCH.atZone(ZoneId.of("Europe/Berlin")).toString()));
        server.createContext("/tls", exchange -> send(exchange, () ->
            SSLContext.getDefault().getSupportedSSLParameters().getProtocols().length + " protocols"));
        server.start();
    }

    private static void send(HttpExchange exchange, Callable<String> answer) throws IOException {
        String text;
        try {
            text = answer.call();
        } catch (Exception error) {
            text = error.toString();
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
