package shop;

public class Tea implements Item {
    public String name() {
        return "Tea";
    }
}
