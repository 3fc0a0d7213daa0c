package shop;

public interface Item {
    String name();
}
