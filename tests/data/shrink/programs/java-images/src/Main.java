public class Main { public static void main(String[] a) throws Exception {
 if (a[0].equals("img")) { var b = new java.awt.image.BufferedImage(20,20,1); var g=b.createGraphics(); g.drawString("x",2,15); var o=new java.io.ByteArrayOutputStream(); javax.imageio.ImageIO.write(b,"png",o); System.out.println(o.size()); }
 else if (a[0].equals("attach")) System.out.println(com.sun.tools.attach.VirtualMachine.list().size());
 else System.out.println(a[0]); } }
