CREATE DATABASE shop;
\c shop
CREATE EXTENSION pgcrypto;
CREATE TABLE item (id serial PRIMARY KEY, name text, added timestamptz DEFAULT now());
INSERT INTO item (name) VALUES ('tea'), ('Äpfel');
