#!/bin/sh
cd /fruit && exec tar c red two
